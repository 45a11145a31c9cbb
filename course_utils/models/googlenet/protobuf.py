"""Protobuf messages from a description in Python, for formats of which a few fields are needed."""

from __future__ import annotations

from typing import Any

from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

_Field = descriptor_pb2.FieldDescriptorProto
INT32, INT64, FLOAT = _Field.TYPE_INT32, _Field.TYPE_INT64, _Field.TYPE_FLOAT
TEXT, BYTES, MESSAGE = _Field.TYPE_STRING, _Field.TYPE_BYTES, _Field.TYPE_MESSAGE
OPTIONAL, REPEATED = _Field.LABEL_OPTIONAL, _Field.LABEL_REPEATED

#: Message -> (field, number, type, label, message of the field). Fields left out are skipped.
Messages = dict[str, list[tuple[str, int, int, int, str]]]


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
