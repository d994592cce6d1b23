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
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov rcx, rsp
;;   1d: cmp rcx, rax
;;   20: jb 0x59
;;   26: mov rcx, [rdi+0x58]
;;   2a: mov rax, [rcx+8]
;;   2e: mov edx, esi
;;   30: cmp rdx, rax
;;   33: jae 0x78
;;   39: mov rcx, [rcx]
;;   3c: lea rsi, [rcx+rdx*8]
;;   40: cmp rdx, rax
;;   43: cmovae rsi, rcx
;;   47: mov rax, [rsi]
;;   4a: cmp rax, 1
;;   4e: jbe 0x67
;;   54: mov rsp, rbp
;;   57: pop rbp
;;   58: ret
;;   59: mov rax, [rdi+0x10]
;;   5d: mov rax, [rax]
;;   60: call rax
;;   62: jmp 0x26
;;   67: mov rax, [rdi+0x10]
;;   6b: mov rax, [rax+0x58]
;;   6f: xor esi, esi
;;   71: call rax
;;   73: jmp 0x54
;;   78: ud2  ; trap: out of bounds table access

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x4b
;;   16: mov rdi, [rdi+0x58]
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
;;   16: mov rcx, [rdi+0x68]
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
;;   1d: mov rdx, [rdi+0x68]
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
