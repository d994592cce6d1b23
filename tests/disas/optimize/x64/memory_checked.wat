;;! checked
(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func (param i32 i64)
    (i64.store (local.get 0) (local.get 1)))
  ;; Beyond the guard: checked.
  (func (param i32) (result i32)
    (i32.load8_u offset=0x5000000 (local.get 0)))
  ;; The base is loaded once.
  (func (param i32 i32) (result i64)
    (local i64)
    (loop
      (local.set 2 (i64.add (local.get 2) (i64.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.get 0) (local.get 1))))
    (local.get 2)))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x36
;;   16: mov rax, [rdi+0x48]
;;   1a: mov ecx, esi
;;   1c: lea rdx, [rcx+0xc]
;;   20: cmp rdx, [rax+8]
;;   24: ja 0x44
;;   2a: mov rax, [rax]
;;   2d: mov eax, [rax+rcx+8]
;;   31: mov rsp, rbp
;;   34: pop rbp
;;   35: ret
;;   36: mov rax, [rdi+0x10]
;;   3a: mov rax, [rax]
;;   3d: call rax
;;   3f: jmp 0x16
;;   44: ud2  ; trap: out of bounds memory access

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x36
;;   16: mov rax, [rdi+0x48]
;;   1a: mov ecx, esi
;;   1c: lea rsi, [rcx+8]
;;   20: cmp rsi, [rax+8]
;;   24: ja 0x44
;;   2a: mov rax, [rax]
;;   2d: mov [rax+rcx], rdx
;;   31: mov rsp, rbp
;;   34: pop rbp
;;   35: ret
;;   36: mov rax, [rdi+0x10]
;;   3a: mov rax, [rax]
;;   3d: call rax
;;   3f: jmp 0x16
;;   44: ud2  ; trap: out of bounds memory access

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x3e
;;   16: mov rax, [rdi+0x48]
;;   1a: mov ecx, esi
;;   1c: lea rdx, [rcx+0x5000001]
;;   23: cmp rdx, [rax+8]
;;   27: ja 0x4c
;;   2d: mov rax, [rax]
;;   30: movzx rax, byte ptr [rax+rcx+0x5000000]
;;   39: mov rsp, rbp
;;   3c: pop rbp
;;   3d: ret
;;   3e: mov rax, [rdi+0x10]
;;   42: mov rax, [rax]
;;   45: call rax
;;   47: jmp 0x16
;;   4c: ud2  ; trap: out of bounds memory access

;; func 3, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r8, [rdi]
;;    7: mov rax, [r8]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x57
;;   16: xor rax, rax
;;   19: mov r9, [rdi+0x48]
;;   1d: mov r10, [r8]
;;   20: cmp rcx, r10
;;   23: jb 0x65
;;   29: mov r10d, esi
;;   2c: lea r11, [r10+8]
;;   30: cmp r11, [r9+8]
;;   34: ja 0x74
;;   3a: mov r11, [r9]
;;   3d: mov r10, [r11+r10]
;;   41: add esi, 8
;;   47: add rax, r10
;;   4a: cmp esi, edx
;;   4c: jb 0x1d
;;   52: mov rsp, rbp
;;   55: pop rbp
;;   56: ret
;;   57: mov rax, [rdi+0x10]
;;   5b: mov rax, [rax]
;;   5e: call rax
;;   60: jmp 0x16
;;   65: mov r10, [rdi+0x10]
;;   69: mov r10, [r10]
;;   6c: call r10
;;   6f: jmp 0x29
;;   74: ud2  ; trap: out of bounds memory access
