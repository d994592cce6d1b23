(module)
(assert_nonsense)
