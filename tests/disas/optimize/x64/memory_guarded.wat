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
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x25
;;   16: mov rax, [rdi+0x50]
;;   1a: mov ecx, esi
;;   1c: mov eax, [rax+rcx+8]  ; trap: out of bounds memory access
;;   20: mov rsp, rbp
;;   23: pop rbp
;;   24: ret
;;   25: mov rax, [rdi+0x10]
;;   29: mov rax, [rax]
;;   2c: call rax
;;   2e: jmp 0x16

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r10, [rdi]
;;    7: mov r10, [r10]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x25
;;   16: mov rax, [rdi+0x50]
;;   1a: mov ecx, esi
;;   1c: mov [rax+rcx], rdx  ; trap: out of bounds memory access
;;   20: mov rsp, rbp
;;   23: pop rbp
;;   24: ret
;;   25: mov rax, [rdi+0x10]
;;   29: mov rax, [rax]
;;   2c: call rax
;;   2e: jmp 0x16

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x3f
;;   16: mov rcx, [rdi+0x58]
;;   1a: mov eax, esi
;;   1c: lea rdx, [rax+0x5000001]
;;   23: cmp rdx, [rcx+8]
;;   27: ja 0x4d
;;   2d: mov rcx, [rdi+0x50]
;;   31: movzx rax, byte ptr [rcx+rax+0x5000000]  ; trap: out of bounds memory access
;;   3a: mov rsp, rbp
;;   3d: pop rbp
;;   3e: ret
;;   3f: mov rax, [rdi+0x10]
;;   43: mov rax, [rax]
;;   46: call rax
;;   48: jmp 0x16
;;   4d: ud2  ; trap: out of bounds memory access

;; func 3, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rcx, [rdi]
;;   37: mov rax, [rcx]
;;   3a: mov r8, rsp
;;   3d: cmp r8, rax
;;   40: jb 0x77
;;   46: xor rax, rax
;;   49: mov r8, [rdi+0x50]
;;   4d: mov r9, [rcx]
;;   50: cmp r9, 0xffffffffffffffff
;;   54: je 0x85
;;   5a: mov r9d, esi
;;   5d: mov r9, [r8+r9]  ; trap: out of bounds memory access
;;   61: add esi, 8
;;   67: add rax, r9
;;   6a: cmp esi, edx
;;   6c: jb 0x4d
;;   72: mov rsp, rbp
;;   75: pop rbp
;;   76: ret
;;   77: mov rax, [rdi+0x10]
;;   7b: mov rax, [rax]
;;   7e: call rax
;;   80: jmp 0x46
;;   85: mov r9, [rdi+0x10]
;;   89: mov r9, [r9]
;;   8c: call r9
;;   8f: jmp 0x5a
