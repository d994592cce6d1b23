(module
  (table $f 10 funcref)
  (table $e 10 20 externref)
  (func (param i32) (result funcref)
    (table.get $f (local.get 0)))
  (func (param i32 funcref)
    (table.set $f (local.get 0) (local.get 1)))
  (func (param i32) (result externref)
    (table.get $e (local.get 0)))
  (func (param i32 externref)
    (table.set $e (local.get 0) (local.get 1)))
  (func (param i32 externref) (result i32)
    (table.grow $e (local.get 1) (local.get 0))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x49
;;   16: mov rcx, [rdi+0x38]
;;   1a: mov rax, [rcx+8]
;;   1e: mov edx, esi
;;   20: cmp rdx, rax
;;   23: jae 0x68
;;   29: mov rcx, [rcx]
;;   2c: lea rsi, [rcx+rdx*8]
;;   30: cmp rdx, rax
;;   33: cmovae rsi, rcx
;;   37: mov rax, [rsi]
;;   3a: cmp rax, 1
;;   3e: jbe 0x57
;;   44: mov rsp, rbp
;;   47: pop rbp
;;   48: ret
;;   49: mov rax, [rdi+0x10]
;;   4d: mov rax, [rax]
;;   50: call rax
;;   52: jmp 0x16
;;   57: mov rax, [rdi+0x10]
;;   5b: mov rax, [rax+0x58]
;;   5f: xor esi, esi
;;   61: call rax
;;   63: jmp 0x44
;;   68: ud2  ; trap: out of bounds table access

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x4b
;;   16: mov rdi, [rdi+0x38]
;;   1a: mov rax, [rdi+8]
;;   1e: mov ecx, esi
;;   20: cmp rcx, rax
;;   23: jae 0x59
;;   29: mov rsi, [rdi]
;;   2c: mov edi, 1
;;   31: test rdx, rdx
;;   34: cmovne rdi, rdx
;;   38: lea rdx, [rsi+rcx*8]
;;   3c: cmp rcx, rax
;;   3f: cmovae rdx, rsi
;;   43: mov [rdx], rdi
;;   46: mov rsp, rbp
;;   49: pop rbp
;;   4a: ret
;;   4b: mov rax, [rdi+0x10]
;;   4f: mov rax, [rax]
;;   52: call rax
;;   54: jmp 0x16
;;   59: ud2  ; trap: out of bounds table access

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x3e
;;   16: mov rcx, [rdi+0x48]
;;   1a: mov rax, [rcx+8]
;;   1e: mov edx, esi
;;   20: cmp rdx, rax
;;   23: jae 0x4c
;;   29: mov rcx, [rcx]
;;   2c: lea rsi, [rcx+rdx*4]
;;   30: cmp rdx, rax
;;   33: cmovae rsi, rcx
;;   37: mov eax, [rsi]
;;   39: mov rsp, rbp
;;   3c: pop rbp
;;   3d: ret
;;   3e: mov rax, [rdi+0x10]
;;   42: mov rax, [rax]
;;   45: call rax
;;   47: jmp 0x16
;;   4c: ud2  ; trap: out of bounds table access

;; func 3, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], edx
;;    b: mov rax, [rdi]
;;    e: mov rax, [rax]
;;   11: mov rcx, rsp
;;   14: cmp rcx, rax
;;   17: jb 0x4c
;;   1d: mov rdx, [rdi+0x48]
;;   21: mov rax, [rdx+8]
;;   25: mov ecx, esi
;;   27: cmp rcx, rax
;;   2a: jae 0x5a
;;   30: mov rdx, [rdx]
;;   33: mov esi, [rsp]
;;   36: lea rdi, [rdx+rcx*4]
;;   3a: cmp rcx, rax
;;   3d: cmovae rdi, rdx
;;   41: mov [rdi], esi
;;   43: add rsp, 0x10
;;   47: mov rsp, rbp
;;   4a: pop rbp
;;   4b: ret
;;   4c: mov rax, [rdi+0x10]
;;   50: mov rax, [rax]
;;   53: call rax  ; references at sp+[0]
;;   55: jmp 0x1d
;;   5a: ud2  ; trap: out of bounds table access

;; func 4, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov r9, rsi
;;    b: mov [rsp], edx
;;    e: mov rax, [rdi]
;;   11: mov rax, [rax]
;;   14: mov rcx, rsp
;;   17: cmp rcx, rax
;;   1a: jb 0x43
;;   20: mov eax, [rsp]
;;   23: mov rcx, [rdi+0x10]
;;   27: mov r8, [rcx+0x30]
;;   2b: mov esi, 1
;;   30: mov rcx, r9
;;   33: mov edx, ecx
;;   35: mov ecx, eax
;;   37: call r8
;;   3a: add rsp, 0x10
;;   3e: mov rsp, rbp
;;   41: pop rbp
;;   42: ret
;;   43: mov rax, [rdi+0x10]
;;   47: mov rax, [rax]
;;   4a: call rax  ; references at sp+[0]
;;   4c: jmp 0x20
