"""A review plan as lines of text."""

__all__ = ["plan_lines"]


def plan_lines(plan):
    """Return what a plan of reviews says; no lines where there is none.

    Parameters
    ----------
    plan : skclean.review.ReviewPlan or None
    """
    if plan is None:
        return []
    n_rows, n_spread = len(plan.rows), int(plan.explores.sum())
    between = f", {plan.low:,.0f} if labels are outcomes and {plan.high:,.0f} if they are annotations"
    lines = [
        "",
        "Review plan",
        f"  {n_rows:,} rows, about {plan.expected:,.0f} of them wrong" + (between if plan.low != plan.high else ""),
    ]
    if n_spread:
        lines.append(
            f"  the first {n_spread:,} are spread over sure and doubtful labels: they tell what the labels are"
        )
    if plan.stop_after < n_rows:
        lines.append(
            f"  stop after {plan.stop_after:,} rows: of the others fewer than one in ten is expected to be wrong"
        )
    else:
        lines.append("  all of them are worth it; a larger budget would find more")
    return lines
