(module
  (func $f)
  (elem declare func $f)
  (func (result funcref) (ref.func $f))
  (func (param funcref) (result i32) (ref.is_null (local.get 0)))
  (func (param externref) (result i32) (ref.is_null (local.get 0)))
  (func (param externref externref i32) (result externref)
    (select (result externref) (local.get 0) (local.get 1) (local.get 2))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rsi, [rdi]
;;    7: mov rsi, [rsi]
;;    a: mov r8, rsp
;;    d: cmp r8, rsi
;;   10: jb 0x1b
;;   16: mov rsp, rbp
;;   19: pop rbp
;;   1a: ret
;;   1b: mov r9, [rdi+0x10]
;;   1f: mov r9, [r9]
;;   22: call r9
;;   25: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r11, [rdi]
;;    7: mov r11, [r11]
;;    a: mov rax, rsp
;;    d: cmp rax, r11
;;   10: jb 0x27
;;   16: mov rax, [rdi+0x10]
;;   1a: mov rax, [rax+0x60]
;;   1e: xor esi, esi
;;   20: call rax
;;   22: mov rsp, rbp
;;   25: pop rbp
;;   26: ret
;;   27: mov rax, [rdi+0x10]
;;   2b: mov rax, [rax]
;;   2e: call rax
;;   30: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x24
;;   16: test rsi, rsi
;;   19: sete al
;;   1c: movzx eax, al
;;   1f: mov rsp, rbp
;;   22: pop rbp
;;   23: ret
;;   24: mov rax, [rdi+0x10]
;;   28: mov rax, [rax]
;;   2b: call rax
;;   2d: jmp 0x16

;; func 3, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], esi
;;    b: mov r11, [rdi]
;;    e: mov r11, [r11]
;;   11: mov rax, rsp
;;   14: cmp rax, r11
;;   17: jb 0x31
;;   1d: mov eax, [rsp]
;;   20: test eax, eax
;;   22: sete al
;;   25: movzx eax, al
;;   28: add rsp, 0x10
;;   2c: mov rsp, rbp
;;   2f: pop rbp
;;   30: ret
;;   31: mov rax, [rdi+0x10]
;;   35: mov rax, [rax]
;;   38: call rax  ; references at sp+[0]
;;   3a: jmp 0x1d

;; func 4, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], esi
;;    b: mov [rsp+8], edx
;;    f: mov rax, [rdi]
;;   12: mov rax, [rax]
;;   15: mov rdx, rsp
;;   18: cmp rdx, rax
;;   1b: jb 0x36
;;   21: mov edx, [rsp]
;;   24: mov eax, [rsp+8]
;;   28: test ecx, ecx
;;   2a: cmovne eax, edx
;;   2d: add rsp, 0x10
;;   31: mov rsp, rbp
;;   34: pop rbp
;;   35: ret
;;   36: mov rax, [rdi+0x10]
;;   3a: mov rax, [rax]
;;   3d: call rax  ; references at sp+[0, 8]
;;   3f: jmp 0x21
