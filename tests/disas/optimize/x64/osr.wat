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
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: mov rax, [rdi]
;;   27: mov rdx, [rax+0x40]
;;   2b: mov ecx, [rdx]
;;   2d: movsd xmm7, [rdx+0x10]
;;   32: movdqu xmm0, [rdx+0x20]
;;   37: mov r8d, [rdx+0x30]
;;   3b: movsd xmm1, [rdx+0x40]
;;   40: mov rdx, rsp
;;   43: mov rsi, [rax]
;;   46: cmp rdx, rsi
;;   49: jb 0x97
;;   4f: sub ecx, 1
;;   52: addsd xmm1, xmm7
;;   56: paddb xmm0, xmm0
;;   5a: test ecx, 0xf
;;   60: jne 0x43
;;   66: test ecx, ecx
;;   68: jne 0x7f
;;   6e: pextrb eax, xmm0, 0
;;   74: movzx eax, al
;;   77: add eax, r8d
;;   7a: mov rsp, rbp
;;   7d: pop rbp
;;   7e: ret
;;   7f: mov rsi, [rax]
;;   82: cmp rdx, rsi
;;   85: jb 0xa5
;;   8b: add r8d, ecx
;;   8e: movdqa xmm7, xmm1
;;   92: jmp 0x43
;;   97: mov rsi, [rdi+0x10]
;;   9b: mov rsi, [rsi]
;;   9e: call rsi
;;   a0: jmp 0x4f
;;   a5: mov rsi, [rdi+0x10]
;;   a9: mov rsi, [rsi]
;;   ac: call rsi
;;   ae: jmp 0x8b
