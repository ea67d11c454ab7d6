"""Let pytest import each rule and each script as rdk and the service do: by its own folder, and by bare name."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent
sys.path[:0] = [
    str(folder) for parent in ("rules", "ssm_docs") for folder in sorted((ROOT / parent).glob("*/"))
]
