"""What a user has set around the course that can change what it does, for `doctor`."""

import importlib.util
import os
import re
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from course_utils.commands.findings import Finding
from course_utils.common import settings

#: What the labs import from the environment, and nobody's own folder may shadow.
_PACKAGES = (
    "numpy",
    "keras",
    "tensorflow",
    "matplotlib",
    "IPython",
    "ipykernel",
    "jupyterlab",
    "PIL",
)
#: pip's settings that send packages elsewhere, choose others, or stop an install.
_PIP = re.compile(
    r"(?:global|install|:env:)\.(target|prefix|root|user|index-url|extra-index-url|no-index|"
    r"require-hashes|constraint|no-binary|only-binary|no-deps|dry-run|require-virtualenv|proxy|cert)="
)
_UV = re.compile(r"UV_(?!CACHE_DIR|LINK_MODE|NO_PROGRESS|PYTHON)\w+")
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
_THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def keras_json(root: Path) -> Iterator[Finding]:
    """The user's settings of Keras."""
    path = settings.keras_file()
    why = settings.refused(path)
    if why:
        yield Finding("keras.json", f"{path} {why}", "Mend that entry, or delete the file.")
        return
    said = settings.user_settings(path)
    relied_on = {"backend": settings.BACKEND, **settings.KERAS}
    other = {key: said[key] for key in relied_on if said.get(key, relied_on[key]) != relied_on[key]}
    note = (
        f"The labs take {', '.join(f'{key} {relied_on[key]}' for key in other)} all the same; "
        f"delete {path} if your own code shall do so too."
        + (" To run labs on another backend set KERAS_BACKEND." if "backend" in other else "")
    )
    found = ", ".join(f"{key} {value}" for key, value in other.items()) or "as the labs need it"
    yield Finding("keras.json", found, note=note if other else "")
    backend = os.environ.get("KERAS_BACKEND") or settings.BACKEND
    known = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
    if backend not in known or importlib.util.find_spec(known[backend]) is None:
        yield Finding(
            "KERAS_BACKEND",
            f"{backend}, which is not installed",
            "Unset the environment variable KERAS_BACKEND, or set it to tensorflow.",
        )


def matplotlib(root: Path) -> Iterator[Finding]:
    """A style of the user's own."""
    import matplotlib as library

    file = Path(library.matplotlib_fname())
    own = not file.is_relative_to(Path(library.__file__).parent)
    note = f"The course's figures do without {file}; delete it if your own shall, too."
    yield Finding("matplotlibrc", str(file) if own else "none", note=note if own else "")


def installers(root: Path) -> Iterator[Finding]:
    """Settings of pip and uv that change what is installed, and where."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = [line.strip() for line in listed.splitlines() if _PIP.match(line)]
    yield Finding("pip", _few(found), note=_if(found, "If a set-up fails, remove these first."))
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [home / "uv" / "uv.toml", Path("/etc/uv/uv.toml"), root / "uv.toml"]
    told = [str(path) for path in files if path.is_file()]
    told += [f"{name}={os.environ[name]}" for name in sorted(os.environ) if _UV.fullmatch(name)]
    yield Finding("uv", _few(told), note=_if(told, "If a set-up fails, remove these first."))


def python(root: Path) -> Iterator[Finding]:
    """Variables that change every Python, and folders that come before the environment's."""
    remedies = {
        "PYTHONHOME": "It takes the standard library from elsewhere: unset it.",
        "PYTHONOPTIMIZE": "It leaves assertions out, and labs have some: unset it.",
        "PYTHONWARNINGS": "Where warnings are errors, libraries fail: unset it.",
    }
    for name, remedy in remedies.items():
        if os.environ.get(name):
            yield Finding(name, os.environ[name], remedy)
    startup = os.environ.get("PYTHONSTARTUP", "")
    note = "Notebooks run it before their first cell: unset it if a lab does something odd."
    yield Finding("PYTHONSTARTUP", startup or "none", note=_if(startup, note))
    path = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    others = [part for part in path if Path(part).resolve() != root.resolve()]
    note = "What lies there comes before the environment's: unset PYTHONPATH if an import fails."
    yield Finding("PYTHONPATH", _few(others), note=_if(others, note))
    yield from _shadows(root)


def _shadows(root: Path) -> Iterator[Finding]:
    """Packages from elsewhere, and files beside a lab that take a package's name."""
    user = site.getusersitepackages() if site.ENABLE_USER_SITE else ""
    prefixes = [os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)]
    for name in _PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = os.path.realpath(spec.origin) if spec and spec.origin else ""
        if origin and (
            not origin.startswith(tuple(prefixes)) or (user and origin.startswith(user))
        ):
            remedy = "Set PYTHONNOUSERSITE=1." if user and origin.startswith(user) else ""
            remedy = remedy or f"Unset PYTHONPATH, or move {origin} away."
            yield Finding(name, f"comes from {origin}, not from the environment", remedy)
    for path in sorted((root / "labs").glob("*/*.py")):
        if path.stem in sys.stdlib_module_names or path.stem in _PACKAGES:
            yield Finding(
                str(path.relative_to(root)),
                f"a notebook beside it imports it in the place of {path.stem}",
                "Rename the file.",
            )


def conda(root: Path) -> Iterator[Finding]:
    """conda's base, which its own tools need as it is."""
    base = Path(sys.prefix, "conda-meta").is_dir() and Path(sys.prefix, "condabin").is_dir()
    remedy = "Make an environment: `conda create -n course python=3.12`, activate it, begin again."
    yield Finding("conda", f"base, in {sys.prefix}" if base else "not its base", _if(base, remedy))


def network(root: Path) -> Iterator[Finding]:
    """A proxy, and certificates."""
    proxies = {
        name: os.environ[name]
        for name in sorted(os.environ)
        if name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") and os.environ[name]
    }
    around = (os.environ.get("NO_PROXY", "") + "," + os.environ.get("no_proxy", "")).split(",")
    note = ""
    if proxies and not {"localhost", "127.0.0.1", "*"} & {one.strip() for one in around}:
        note = "Set NO_PROXY=localhost,127.0.0.1, or programs may not reach your own JupyterLab."
    found = [f"{name}={_without_password(value)}" for name, value in proxies.items()]
    yield Finding("Proxy", _few(found), note=note)
    for name in _CERTIFICATES:
        value = os.environ.get(name, "")
        if value and not os.path.exists(value):
            remedy = "Unset it, or name a file of certificates: nothing can be downloaded."
            yield Finding(name, f"{value}, which does not exist", remedy)


def threads(root: Path) -> Iterator[Finding]:
    """Limits on processor threads."""
    for name in _THREADS:
        value = os.environ.get(name, "")
        if value and not (value.isdigit() and int(value)):
            yield Finding(name, value, "Unset it, or give a whole number above 0.")
        elif value:
            note = "Labs take longer with fewer threads; results are as good."
            yield Finding(name, value, note=_if(int(value) < 2, note))


def home(root: Path) -> Iterator[Finding]:
    """The folders that Jupyter, IPython, Keras and matplotlib write to."""
    from jupyter_core import paths

    folders = {
        Path(paths.jupyter_runtime_dir()): "JUPYTER_RUNTIME_DIR",
        Path(os.environ.get("IPYTHONDIR") or Path.home() / ".ipython"): "IPYTHONDIR",
        settings.keras_file().parent: "KERAS_HOME",
    }
    for folder, variable in folders.items():
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not os.access(there, os.W_OK):
            remedy = f"Set {variable} to a folder that you may write, or HOME."
            yield Finding("Home", f"{folder} cannot be written", remedy)


def _if(condition: object, text: str) -> str:
    return text if condition else ""


def _few(found: list[str]) -> str:
    return (
        ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "") or "none"
    )


def _without_password(address: str) -> str:
    return re.sub(r"//[^/@]*@", "//...@", address)


LOOKS = {
    "keras.json": keras_json,
    "matplotlibrc": matplotlib,
    "pip and uv": installers,
    "Python's variables": python,
    "conda": conda,
    "Network": network,
    "Threads": threads,
    "Home": home,
}
