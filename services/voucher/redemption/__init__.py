"""Spending: propose, authorise, deliver, accept, capture, void, lapse, refund. See docs/redemption-cycle.md."""
