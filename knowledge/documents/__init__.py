"""The knowledge documents: TOML to frozen types, with every fault named; all of them together are the casebook."""
