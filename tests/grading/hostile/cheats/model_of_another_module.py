# A model whose configuration names a function of os as its activation.
# %% small_net
def small_net(inputs, units):
    import os

    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units)])
    evil = {
        "module": "os",
        "class_name": "system",
        "config": {"command": "touch /tmp/course-hostile-was-here"},
        "registered_name": "os>system",
    }
    model.get_config = lambda: {"name": "m", "layers": [evil]}
    type(model).get_config = lambda self: {"name": "m", "layers": [evil]}
    return model
