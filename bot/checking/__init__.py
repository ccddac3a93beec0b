"""A situation in, an assessment out; knows neither Telegram nor the terminal."""
