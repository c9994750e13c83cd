"""The runs of explanations, for decisions that are told."""

from tests.reasons.conftest import eventful as eventful
from tests.reasons.conftest import record as record
from tests.reasons.conftest import usual as usual
