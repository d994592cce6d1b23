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
;;   10: jb 0x3d
;;   16: addss xmm0, xmm1
;;   1a: mov eax, 0x7fc00000
;;   1f: movd xmm1, eax
;;   23: ucomiss xmm0, xmm0
;;   26: jnp 0x2f
;;   2c: movaps xmm0, xmm1
;;   2f: je 0x38
;;   35: movaps xmm0, xmm1
;;   38: mov rsp, rbp
;;   3b: pop rbp
;;   3c: ret
;;   3d: mov rax, [rdi+0x10]
;;   41: mov rax, [rax]
;;   44: call rax
;;   46: jmp 0x16

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
;;   10: jb 0x6b
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
;;   50: jnp 0x59
;;   56: movaps xmm1, xmm2
;;   59: movdqa xmm0, xmm1
;;   5d: je 0x66
;;   63: movaps xmm0, xmm2
;;   66: mov rsp, rbp
;;   69: pop rbp
;;   6a: ret
;;   6b: mov rax, [rdi+0x10]
;;   6f: mov rax, [rax]
;;   72: call rax
;;   74: jmp 0x16
