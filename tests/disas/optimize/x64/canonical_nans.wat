;;! canonical-nans
(module
  (func (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
  (func (param f64) (result f64) (f64.neg (local.get 0)))
  (func (param f64 f64) (result f64) (f64.min (local.get 0) (local.get 1))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x34
;;   16: addss xmm0, xmm1
;;   1a: mov eax, 0x7fc00000
;;   1f: movd xmm1, eax
;;   23: ucomiss xmm0, xmm0
;;   26: jnp 0x2f
;;   2c: movaps xmm0, xmm1
;;   2f: mov rsp, rbp
;;   32: pop rbp
;;   33: ret
;;   34: mov rax, [rdi+0x10]
;;   38: mov rax, [rax]
;;   3b: call rax
;;   3d: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x2e
;;   16: mov rax, 0x8000000000000000
;;   20: movq xmm1, rax
;;   25: xorpd xmm0, xmm1
;;   29: mov rsp, rbp
;;   2c: pop rbp
;;   2d: ret
;;   2e: mov rax, [rdi+0x10]
;;   32: mov rax, [rax]
;;   35: call rax
;;   37: jmp 0x16

;; func 2, frame of 0 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov rcx, rsp
;;   1d: cmp rcx, rax
;;   20: jb 0x72
;;   26: ucomisd xmm1, xmm0
;;   2a: jne 0x49
;;   30: jp 0x3f
;;   36: orpd xmm1, xmm0
;;   3a: jmp 0x4d
;;   3f: addsd xmm1, xmm0
;;   43: jp 0x4d
;;   49: minsd xmm1, xmm0
;;   4d: mov rax, 0x7ff8000000000000
;;   57: movq xmm2, rax
;;   5c: ucomisd xmm1, xmm1
;;   60: movdqa xmm0, xmm1
;;   64: jnp 0x6d
;;   6a: movaps xmm0, xmm2
;;   6d: mov rsp, rbp
;;   70: pop rbp
;;   71: ret
;;   72: mov rax, [rdi+0x10]
;;   76: mov rax, [rax]
;;   79: call rax
;;   7b: jmp 0x26
