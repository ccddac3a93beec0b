"""What people practise with; it teaches the judgement nothing."""
