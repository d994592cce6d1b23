(module
  (memory 1)
  (data "abc")
  (func (param i32) (result i32)
    (memory.grow (local.get 0)))
  (func (result i32)
    (memory.size))
  (func (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (param i32 i32 i32)
    (memory.init 0 (local.get 0) (local.get 1) (local.get 2))
    (data.drop 0)))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rdx, rsi
;;    7: mov rax, [rdi]
;;    a: mov rax, [rax]
;;    d: mov rcx, rsp
;;   10: cmp rcx, rax
;;   13: jb 0x2f
;;   19: mov rax, [rdi+0x10]
;;   1d: mov rax, [rax+8]
;;   21: xor esi, esi
;;   23: mov rcx, rdx
;;   26: mov edx, ecx
;;   28: call rax
;;   2a: mov rsp, rbp
;;   2d: pop rbp
;;   2e: ret
;;   2f: mov rax, [rdi+0x10]
;;   33: mov rax, [rax]
;;   36: call rax
;;   38: jmp 0x19

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x27
;;   16: mov rax, [rdi+0x58]
;;   1a: mov rax, [rax+8]
;;   1e: shr rax, 0x10
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
;;    4: mov r8, rdx
;;    7: mov r9, rcx
;;    a: mov rax, [rdi]
;;    d: mov rax, [rax]
;;   10: mov rcx, rsp
;;   13: cmp rcx, rax
;;   16: jb 0x3e
;;   1c: mov rax, [rdi+0x10]
;;   20: mov rax, [rax+0x10]
;;   24: xor edx, edx
;;   26: mov ecx, esi
;;   28: mov rsi, r8
;;   2b: mov r8d, esi
;;   2e: mov rsi, r9
;;   31: mov r9d, esi
;;   34: mov rsi, rdx
;;   37: call rax
;;   39: mov rsp, rbp
;;   3c: pop rbp
;;   3d: ret
;;   3e: mov rax, [rdi+0x10]
;;   42: mov rax, [rax]
;;   45: call rax
;;   47: jmp 0x1c

;; func 3, frame of 16 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x10
;;    8: mov [rsp], rbx
;;    c: mov [rsp+8], r12
;;   11: mov r9, rcx
;;   14: mov rax, [rdi]
;;   17: mov rax, [rax]
;;   1a: mov r8, rsp
;;   1d: cmp r8, rax
;;   20: jb 0x6b
;;   26: mov rax, [rdi+0x10]
;;   2a: mov r8, rdi
;;   2d: mov rax, [rax+0x20]
;;   31: xor edi, edi
;;   33: mov r12, rdi
;;   36: mov ecx, esi
;;   38: mov rbx, r8
;;   3b: mov r8, rdx
;;   3e: mov rdx, r12
;;   41: mov rsi, r12
;;   44: mov rdi, rbx
;;   47: call rax
;;   49: mov rax, [rbx+0x10]
;;   4d: mov rax, [rax+0x28]
;;   51: mov rsi, r12
;;   54: mov rdi, rbx
;;   57: call rax
;;   59: mov rbx, [rsp]
;;   5d: mov r12, [rsp+8]
;;   62: add rsp, 0x10
;;   66: mov rsp, rbp
;;   69: pop rbp
;;   6a: ret
;;   6b: mov rax, [rdi+0x10]
;;   6f: mov rax, [rax]
;;   72: call rax
;;   74: jmp 0x26
