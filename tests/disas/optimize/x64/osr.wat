;;! osr=1
;; Entered at the inner loop: all values are loaded, then the header's check
;; follows. The outer loop's way back is there, the way to it is not.
(module
  (func (param i32 f64) (result i32) (local v128)
    (i32.const 7)
    (loop $outer (param i32) (result i32)
      (i32.add (local.get 0))
      (local.get 1)
      (loop $inner (param f64) (result f64)
        (f64.add (local.get 1))
        (local.set 2 (i8x16.add (local.get 2) (local.get 2)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $inner (i32.and (local.get 0) (i32.const 15))))
      (local.set 1)
      (br_if $outer (local.get 0)))
    (i32.add (i8x16.extract_lane_u 0 (local.get 2)))))

;; func 0, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rax, [rdi]
;;   37: mov rdx, [rax+0x40]
;;   3b: mov ecx, [rdx]
;;   3d: movsd xmm7, [rdx+0x10]
;;   42: movdqu xmm0, [rdx+0x20]
;;   47: mov r8d, [rdx+0x30]
;;   4b: movsd xmm1, [rdx+0x40]
;;   50: mov rdx, [rax]
;;   53: cmp rdx, 0xffffffffffffffff
;;   57: je 0xa6
;;   5d: sub ecx, 1
;;   60: addsd xmm1, xmm7
;;   64: paddb xmm0, xmm0
;;   68: test ecx, 0xf
;;   6e: jne 0x50
;;   74: test ecx, ecx
;;   76: jne 0x8d
;;   7c: pextrb eax, xmm0, 0
;;   82: movzx eax, al
;;   85: add eax, r8d
;;   88: mov rsp, rbp
;;   8b: pop rbp
;;   8c: ret
;;   8d: mov rdx, [rax]
;;   90: cmp rdx, 0xffffffffffffffff
;;   94: je 0xb4
;;   9a: add r8d, ecx
;;   9d: movdqa xmm7, xmm1
;;   a1: jmp 0x50
;;   a6: mov rdx, [rdi+0x10]
;;   aa: mov rdx, [rdx]
;;   ad: call rdx
;;   af: jmp 0x5d
;;   b4: mov rdx, [rdi+0x10]
;;   b8: mov rdx, [rdx]
;;   bb: call rdx
;;   bd: jmp 0x9a
