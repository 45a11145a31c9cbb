# Names and text in other scripts.
# expect: row_means 2
# %% row_means
def row_means(x):
    """Среднее по строкам — 行の平均 — متوسط."""
    сумма_по_строкам = x.sum(axis=1)
    return сумма_по_строкам / x.shape[1]
