"""One language written in several ways: Chinese in two scripts, Hindi and Vietnamese in plain Latin letters."""
