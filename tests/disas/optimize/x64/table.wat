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
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0x79
;;   46: mov rcx, [rdi+0x38]
;;   4a: mov rax, [rcx+8]
;;   4e: mov edx, esi
;;   50: cmp rdx, rax
;;   53: jae 0x98
;;   59: mov rcx, [rcx]
;;   5c: lea rsi, [rcx+rdx*8]
;;   60: cmp rdx, rax
;;   63: cmovae rsi, rcx
;;   67: mov rax, [rsi]
;;   6a: cmp rax, 1
;;   6e: jbe 0x87
;;   74: mov rsp, rbp
;;   77: pop rbp
;;   78: ret
;;   79: mov rax, [rdi+0x10]
;;   7d: mov rax, [rax]
;;   80: call rax
;;   82: jmp 0x46
;;   87: mov rax, [rdi+0x10]
;;   8b: mov rax, [rax+0x58]
;;   8f: xor esi, esi
;;   91: call rax
;;   93: jmp 0x74
;;   98: ud2  ; trap: out of bounds table access

;; func 1, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0x7b
;;   46: mov rdi, [rdi+0x38]
;;   4a: mov rax, [rdi+8]
;;   4e: mov ecx, esi
;;   50: cmp rcx, rax
;;   53: jae 0x89
;;   59: mov rsi, [rdi]
;;   5c: mov edi, 1
;;   61: test rdx, rdx
;;   64: cmovne rdi, rdx
;;   68: lea rdx, [rsi+rcx*8]
;;   6c: cmp rcx, rax
;;   6f: cmovae rdx, rsi
;;   73: mov [rdx], rdi
;;   76: mov rsp, rbp
;;   79: pop rbp
;;   7a: ret
;;   7b: mov rax, [rdi+0x10]
;;   7f: mov rax, [rax]
;;   82: call rax
;;   84: jmp 0x46
;;   89: ud2  ; trap: out of bounds table access

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
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: sub rsp, 0x10
;;   38: mov [rsp], edx
;;   3b: mov rax, [rdi]
;;   3e: mov rax, [rax]
;;   41: mov rcx, rsp
;;   44: cmp rcx, rax
;;   47: jb 0x7c
;;   4d: mov rdx, [rdi+0x48]
;;   51: mov rax, [rdx+8]
;;   55: mov ecx, esi
;;   57: cmp rcx, rax
;;   5a: jae 0x8a
;;   60: mov rdx, [rdx]
;;   63: mov esi, [rsp]
;;   66: lea rdi, [rdx+rcx*4]
;;   6a: cmp rcx, rax
;;   6d: cmovae rdi, rdx
;;   71: mov [rdi], esi
;;   73: add rsp, 0x10
;;   77: mov rsp, rbp
;;   7a: pop rbp
;;   7b: ret
;;   7c: mov rax, [rdi+0x10]
;;   80: mov rax, [rax]
;;   83: call rax  ; references at sp+[0]
;;   85: jmp 0x4d
;;   8a: ud2  ; trap: out of bounds table access

;; func 4, frame of 16 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: sub rsp, 0x10
;;   38: mov r9, rsi
;;   3b: mov [rsp], edx
;;   3e: mov rax, [rdi]
;;   41: mov rax, [rax]
;;   44: mov rcx, rsp
;;   47: cmp rcx, rax
;;   4a: jb 0x73
;;   50: mov eax, [rsp]
;;   53: mov rcx, [rdi+0x10]
;;   57: mov r8, [rcx+0x30]
;;   5b: mov esi, 1
;;   60: mov rcx, r9
;;   63: mov edx, ecx
;;   65: mov ecx, eax
;;   67: call r8
;;   6a: add rsp, 0x10
;;   6e: mov rsp, rbp
;;   71: pop rbp
;;   72: ret
;;   73: mov rax, [rdi+0x10]
;;   77: mov rax, [rax]
;;   7a: call rax  ; references at sp+[0]
;;   7c: jmp 0x50
