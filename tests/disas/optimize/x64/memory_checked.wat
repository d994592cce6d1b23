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
;;   16: mov rax, [rdi+0x58]
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
;;   16: mov rax, [rdi+0x58]
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
;;   16: mov rax, [rdi+0x58]
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
;;    4: mov rcx, [rdi]
;;    7: mov rax, [rcx]
;;    a: mov r8, rsp
;;    d: cmp r8, rax
;;   10: jb 0x58
;;   16: xor rax, rax
;;   19: mov r8, [rdi+0x58]
;;   1d: mov r9, [rcx]
;;   20: cmp r9, 0xffffffffffffffff
;;   24: je 0x66
;;   2a: mov r9d, esi
;;   2d: lea r10, [r9+8]
;;   31: cmp r10, [r8+8]
;;   35: ja 0x75
;;   3b: mov r10, [r8]
;;   3e: mov r9, [r10+r9]
;;   42: add esi, 8
;;   48: add rax, r9
;;   4b: cmp esi, edx
;;   4d: jb 0x1d
;;   53: mov rsp, rbp
;;   56: pop rbp
;;   57: ret
;;   58: mov rax, [rdi+0x10]
;;   5c: mov rax, [rax]
;;   5f: call rax
;;   61: jmp 0x16
;;   66: mov r9, [rdi+0x10]
;;   6a: mov r9, [r9]
;;   6d: call r9
;;   70: jmp 0x2a
;;   75: ud2  ; trap: out of bounds memory access
