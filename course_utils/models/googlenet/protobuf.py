"""Protobuf messages from a description in Python, for formats of which a few fields are needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

_Field = descriptor_pb2.FieldDescriptorProto
INT32, INT64, FLOAT = _Field.TYPE_INT32, _Field.TYPE_INT64, _Field.TYPE_FLOAT
TEXT, BYTES, MESSAGE = _Field.TYPE_STRING, _Field.TYPE_BYTES, _Field.TYPE_MESSAGE
OPTIONAL, REPEATED = _Field.LABEL_OPTIONAL, _Field.LABEL_REPEATED

#: Message -> (field, number, type, label, message of the field). Fields left out are skipped.
Messages = dict[str, list[tuple[str, int, int, int, str]]]
#: A network's weights, by "layer/variable".
Arrays = dict[str, NDArray[np.float32]]


def empty(package: str, message: str, messages: Messages) -> Any:
    """Return an empty `message` of the described ones; `ParseFromString` fills it in."""
    file = descriptor_pb2.FileDescriptorProto(
        name=f"course_utils/{package}.proto", package=package, syntax="proto2"
    )
    for name, fields in messages.items():
        described = file.message_type.add(name=name)
        for field, number, kind, label, inner in fields:
            added = described.field.add(name=field, number=number, type=kind, label=label)
            added.options.packed = label == REPEATED and kind in (FLOAT, INT64)
            if inner:
                added.type_name = f".{package}.{inner}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{message}"))()


def fill(message: Any, path: Path) -> Any:
    """Return a message with what a file holds. Raises CourseError for a file of another kind."""
    try:
        message.ParseFromString(path.read_bytes())
    except DecodeError as error:
        raise CourseError(
            f"{path} is no {path.suffix} file, or is damaged; fetch it again."
        ) from error
    return message


def shaped(numbers: NDArray[Any], shape: tuple[int, ...], where: str) -> NDArray[np.float32]:
    """Return numbers in a shape. Raises CourseError, naming `where`, for more or fewer of them."""
    if numbers.size != np.prod(shape):
        raise CourseError(f"{where} holds {numbers.size} numbers for a shape of {shape}.")
    return numbers.astype(np.float32).reshape(shape)
