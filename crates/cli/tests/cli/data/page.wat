;; What a page of `explore` must bear: names that are markup.
(module
  (memory 1)
  (func $plain (param $x i32) (param $y i32) (result i32)
    (i32.xor (i32.div_s (local.get $x) (local.get $y)) (i32.load (local.get $x))))
  (func $"</script><script>document.title='bad'</script><img src=x onerror=alert(1)>"
    (drop (call $plain (i32.const 1) (i32.const 2)))))
