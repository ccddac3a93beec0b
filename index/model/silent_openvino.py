"""OpenVINO without its reports: it tells its maker of every import, unless the package that does so is missing.

Nobody else imports OpenVINO; takes half a second.
"""

import sys

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment] # as if it were not installed

import openvino  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

__all__ = ["openvino", "ops"]
