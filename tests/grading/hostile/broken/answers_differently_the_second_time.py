# Right when asked for the first time, wrong the second.
# expect: row_means 0
# %% row_means
asked = set()


def row_means(x):
    key = x.tobytes()
    if key in asked:
        return np.zeros(len(x))
    asked.add(key)
    return x.mean(axis=1)
