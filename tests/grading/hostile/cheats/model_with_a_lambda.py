# A model whose Lambda layer carries code into the process that rebuilds it.
# expect: small_net 2
# %% small_net
def small_net(inputs, units):
    code = "open('/tmp/course-hostile-was-here', 'w').write('x')"
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Lambda(lambda x: (exec(code), x)[1]),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
