# A model whose activations are named like those asked for, and are others.
# %% small_net
def small_net(inputs, units):
    def relu(x):
        return x

    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units, relu)])
    model.add(keras.layers.Dense(1))
    model.layers[0].get_config = lambda: {
        "name": "dense", "units": units, "activation": "linear", "trainable": True,
    }
    return model
