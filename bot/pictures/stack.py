"""Whether pictures can be read here at all: an installation may leave their libraries out."""

from importlib.util import find_spec

_LIBRARIES = {"rapidocr": "rapidocr", "zxingcpp": "zxing-cpp", "PIL": "pillow", "cv2": "opencv-python"}


def missing_libraries() -> tuple[str, ...]:
    """Return the packages that reading pictures needs and that are not installed; none is loaded for it."""
    return tuple(package for module, package in _LIBRARIES.items() if find_spec(module) is None)
