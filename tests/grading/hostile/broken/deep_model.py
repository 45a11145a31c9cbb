# Models within models, forty deep; and one that holds a config with a path.
# review
# %% small_net
def small_net(inputs, units):
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(1)])
    for _ in range(40):
        model = keras.Sequential([keras.Input((inputs,)), model])
    return model

# %% end
