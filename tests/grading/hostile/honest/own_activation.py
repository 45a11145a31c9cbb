# An activation that is a function of the student's own.
# expect: small_net 2
# %% small_net
def positive(x):
    return keras.ops.maximum(x, 0.0)


def small_net(inputs, units):
    layers = [keras.layers.Dense(units, activation=positive), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input((inputs,)), *layers])
