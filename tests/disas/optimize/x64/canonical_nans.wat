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
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x62
;;   16: ucomisd xmm1, xmm0
;;   1a: jne 0x39
;;   20: jp 0x2f
;;   26: orpd xmm1, xmm0
;;   2a: jmp 0x3d
;;   2f: addsd xmm1, xmm0
;;   33: jp 0x3d
;;   39: minsd xmm1, xmm0
;;   3d: mov rax, 0x7ff8000000000000
;;   47: movq xmm2, rax
;;   4c: ucomisd xmm1, xmm1
;;   50: movdqa xmm0, xmm1
;;   54: jnp 0x5d
;;   5a: movaps xmm0, xmm2
;;   5d: mov rsp, rbp
;;   60: pop rbp
;;   61: ret
;;   62: mov rax, [rdi+0x10]
;;   66: mov rax, [rax]
;;   69: call rax
;;   6b: jmp 0x16
