"""What a plain check imports: a person waits for each library it does without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REAL_DATA
from tests.test_real_model import askfirst

pytestmark = pytest.mark.model

NOT_NEEDED = (
    "torch", "transformers", "tokenizers", "sentence_transformers", "sklearn", "scipy", "sympy", "pandas", "matplotlib",
    "cv2", "PIL", "rapidocr", "zxingcpp", "onnxruntime", "telegram",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def current_build() -> None:
    """Make the build that serves, where a checkout has none: learning is another thing than checking."""
    done = askfirst("rebuild")
    assert done.returncode == 0, done.stderr


def test_a_plain_check_imports_neither_torch_nor_what_learns_nor_what_reads_pictures() -> None:
    code = (
        "import sys; from bot.cli import main\n"
        "status = main(['check', 'they say my parcel is held, pay 1.20 by this link'])\n"
        f"print(status, sorted(set({NOT_NEEDED}) & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "ASKFIRST_DATA": str(REAL_DATA)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=600)
    assert "parcel" in done.stdout
    assert done.stderr.splitlines()[-1] == "0 []"


def test_a_plain_check_leaves_nothing_in_the_persons_home(tmp_path: Path) -> None:
    """OpenVINO reports to its maker that it was imported, under an identity that it keeps there."""
    code = "import sys; from bot.cli import main; sys.exit(main(['check', 'they hold my parcel until I pay']))"
    environment = {**os.environ, "ASKFIRST_DATA": str(REAL_DATA), "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, timeout=600, check=True)
    assert list(tmp_path.rglob("*")) == []
