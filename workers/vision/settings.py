"""What decides an emotion label."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EmotionSettings(BaseSettings):
    """Weights of the emotions and the strength below which a face is neutral.

    Sadness shows weakly in blendshapes: at equal weights and a threshold of 0.25 every face is
    neutral.
    """

    model_config = SettingsConfigDict(env_prefix="VIVA_EMOTION_", frozen=True, extra="ignore")

    happy_weight: float = Field(1.0, ge=0)
    sad_weight: float = Field(1.8, ge=0)
    anxious_weight: float = Field(1.5, ge=0)
    threshold: float = Field(0.12, ge=0, le=1)
