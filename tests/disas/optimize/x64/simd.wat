(module
  (memory 1)
  (func (param v128 v128) (result v128)
    (i32x4.add (local.get 0) (i16x8.mul (local.get 0) (local.get 1))))
  (func (param i32) (result v128)
    (f32x4.add (v128.load (local.get 0)) (v128.load offset=16 (local.get 0))))
  (func (param v128) (result i32) (i8x16.bitmask (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x27
;;   16: movdqa xmm2, xmm0
;;   1a: pmullw xmm2, xmm1
;;   1e: paddd xmm0, xmm2
;;   22: mov rsp, rbp
;;   25: pop rbp
;;   26: ret
;;   27: mov rax, [rdi+0x10]
;;   2b: mov rax, [rax]
;;   2e: call rax
;;   30: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x2e
;;   16: mov rax, [rdi+0x50]
;;   1a: mov ecx, esi
;;   1c: movups xmm0, [rax+rcx]  ; trap: out of bounds memory access
;;   20: movdqu xmm1, [rax+rcx+0x10]  ; trap: out of bounds memory access
;;   26: addps xmm0, xmm1
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
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x1f
;;   16: pmovmskb eax, xmm0
;;   1a: mov rsp, rbp
;;   1d: pop rbp
;;   1e: ret
;;   1f: mov r11, [rdi+0x10]
;;   23: mov r11, [r11]
;;   26: call r11
;;   29: jmp 0x16
