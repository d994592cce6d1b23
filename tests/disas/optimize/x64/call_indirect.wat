(module
  (type $t (func (param i32) (result i32)))
  (table $fixed 10 10 funcref)
  (table $growing 10 funcref)
  (func (param i32 i32) (result i32)
    (call_indirect $fixed (type $t) (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (call_indirect $growing (type $t) (local.get 0) (local.get 1))))

;; func 0, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], rbx
;;    c: mov [rsp+8], r12
;;   11: mov r12, rsi
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov rcx, rsp
;;   1d: cmp rcx, rax
;;   20: jb 0x7f
;;   26: mov edx, edx
;;   28: cmp rdx, 0xa
;;   2c: jae 0xaa
;;   32: mov rax, [rdi+0x30]
;;   36: lea rcx, [rax+rdx*8]
;;   3a: cmp rdx, 0xa
;;   3e: cmovae rcx, rax
;;   42: mov rax, [rcx]
;;   45: cmp rax, 1
;;   49: jbe 0x8d
;;   4f: mov rbx, rdi
;;   52: mov ecx, [rax+0x10]
;;   55: mov rdx, [rbx+0x18]
;;   59: cmp ecx, [rdx]
;;   5b: jne 0xac
;;   61: mov rcx, [rax]
;;   64: mov rdi, [rax+8]
;;   68: mov rsi, r12
;;   6b: call rcx
;;   6d: mov rbx, [rsp]
;;   71: mov r12, [rsp+8]
;;   76: add rsp, 0x10
;;   7a: mov rsp, rbp
;;   7d: pop rbp
;;   7e: ret
;;   7f: mov rax, [rdi+0x10]
;;   83: mov rax, [rax]
;;   86: call rax
;;   88: jmp 0x26
;;   8d: mov rax, [rdi+0x10]
;;   91: mov rbx, rdi
;;   94: mov rax, [rax+0x58]
;;   98: xor esi, esi
;;   9a: call rax
;;   9c: test rax, rax
;;   9f: je 0xae
;;   a5: jmp 0x52
;;   aa: ud2  ; trap: undefined element
;;   ac: ud2  ; trap: indirect call type mismatch
;;   ae: ud2  ; trap: uninitialized element

;; func 1, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], rbx
;;    c: mov [rsp+8], r12
;;   11: mov r12, rsi
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov rcx, rsp
;;   1d: cmp rcx, rax
;;   20: jb 0x84
;;   26: mov rcx, [rdi+0x48]
;;   2a: mov rax, [rcx+8]
;;   2e: mov edx, edx
;;   30: cmp rdx, rax
;;   33: jae 0xb2
;;   39: mov rcx, [rcx]
;;   3c: lea rsi, [rcx+rdx*8]
;;   40: cmp rdx, rax
;;   43: cmovae rsi, rcx
;;   47: mov rax, [rsi]
;;   4a: cmp rax, 1
;;   4e: jbe 0x92
;;   54: mov rbx, rdi
;;   57: mov ecx, [rax+0x10]
;;   5a: mov rdx, [rbx+0x18]
;;   5e: cmp ecx, [rdx]
;;   60: jne 0xb4
;;   66: mov rcx, [rax]
;;   69: mov rdi, [rax+8]
;;   6d: mov rsi, r12
;;   70: call rcx
;;   72: mov rbx, [rsp]
;;   76: mov r12, [rsp+8]
;;   7b: add rsp, 0x10
;;   7f: mov rsp, rbp
;;   82: pop rbp
;;   83: ret
;;   84: mov rax, [rdi+0x10]
;;   88: mov rax, [rax]
;;   8b: call rax
;;   8d: jmp 0x26
;;   92: mov rax, [rdi+0x10]
;;   96: mov rbx, rdi
;;   99: mov rax, [rax+0x58]
;;   9d: mov esi, 1
;;   a2: call rax
;;   a4: test rax, rax
;;   a7: je 0xb6
;;   ad: jmp 0x57
;;   b2: ud2  ; trap: undefined element
;;   b4: ud2  ; trap: indirect call type mismatch
;;   b6: ud2  ; trap: uninitialized element
