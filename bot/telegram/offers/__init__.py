"""What people may ask for beside a judgement."""
