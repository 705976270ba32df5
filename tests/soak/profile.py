"""The Hypothesis profile of a soak run, as a plugin of pytest: as `fuzz`, but in rounds that end."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

EXAMPLES = 50
"""Examples of each property in one round; the next round tries others."""

settings.register_profile(
    "soak",
    max_examples=EXAMPLES,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
