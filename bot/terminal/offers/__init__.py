"""What people may ask for beside a judgement, in a terminal."""
