# A model whose configuration asks for a terabyte of weights.
# review
# %% small_net
def small_net(inputs, units):
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units), keras.layers.Dense(1)])
    config = model.get_config()
    config["layers"][1]["config"]["units"] = 2**34
    model.get_config = lambda: config
    return model
