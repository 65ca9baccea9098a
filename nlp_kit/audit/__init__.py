"""The audit of what was handed in: may these texts go to the meeting at all?"""
