(module
  (func (param i32) (result i32)
    (block
      (br_if 0 (i32.eqz (local.get 0)))
      (return (i32.const 1)))
    (i32.const 2))
  (func (param i32 i32) (result i32)
    (if (result i32) (i32.gt_s (local.get 0) (local.get 1))
      (then (i32.sub (local.get 0) (local.get 1)))
      (else (i32.sub (local.get 1) (local.get 0)))))
  (func (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (i32.lt_u (local.get 0) (local.get 1))))
  (func (param i32)
    (if (i32.and (local.get 0) (i32.const 4)) (then (unreachable)))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x32
;;   16: test esi, esi
;;   18: je 0x28
;;   1e: mov eax, 1
;;   23: mov rsp, rbp
;;   26: pop rbp
;;   27: ret
;;   28: mov eax, 2
;;   2d: mov rsp, rbp
;;   30: pop rbp
;;   31: ret
;;   32: mov rax, [rdi+0x10]
;;   36: mov rax, [rax]
;;   39: call rax
;;   3b: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x32
;;   16: cmp esi, edx
;;   18: jg 0x28
;;   1e: sub edx, esi
;;   20: mov rax, rdx
;;   23: jmp 0x2d
;;   28: sub esi, edx
;;   2a: mov rax, rsi
;;   2d: mov rsp, rbp
;;   30: pop rbp
;;   31: ret
;;   32: mov rax, [rdi+0x10]
;;   36: mov rax, [rax]
;;   39: call rax
;;   3b: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x23
;;   16: cmp edx, esi
;;   18: mov rax, rsi
;;   1b: cmovb eax, edx
;;   1e: mov rsp, rbp
;;   21: pop rbp
;;   22: ret
;;   23: mov rax, [rdi+0x10]
;;   27: mov rax, [rax]
;;   2a: call rax
;;   2c: jmp 0x16

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov r8, [r8]
;;    a: mov r9, rsp
;;    d: cmp r9, r8
;;   10: jb 0x27
;;   16: test esi, 4
;;   1c: jne 0x36
;;   22: mov rsp, rbp
;;   25: pop rbp
;;   26: ret
;;   27: mov r10, [rdi+0x10]
;;   2b: mov r10, [r10]
;;   2e: call r10
;;   31: jmp 0x16
;;   36: ud2  ; trap: wasm `unreachable` instruction executed
