(module
  (import "m" "f" (func $f (param externref)))
  (global $g (mut externref) (ref.null extern))
  (func (param externref) (local externref)
    (local.set 1 (global.get $g))
    (call $f (local.get 0))
    (call $f (local.get 1))
    (global.set $g (local.get 0))))

;; func 0, frame of 48 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x30
;;    8: mov [rsp+0x10], rbx
;;    d: mov [rsp+0x18], r12
;;   12: mov [rsp+0x20], r13
;;   17: mov [rsp], esi
;;   1a: mov rax, [rdi]
;;   1d: mov rax, [rax]
;;   20: mov rcx, rsp
;;   23: cmp rcx, rax
;;   26: jb 0x76
;;   2c: mov eax, [rdi+0x50]
;;   2f: mov [rsp+8], eax
;;   33: mov rbx, [rdi+0x78]
;;   37: mov rax, [rbx]
;;   3a: mov esi, [rsp]
;;   3d: mov r12, [rdi+0x68]
;;   41: mov r13, rdi
;;   44: mov rdi, r12
;;   47: call rax  ; references at sp+[0, 8]
;;   49: mov rax, [rbx]
;;   4c: mov esi, [rsp+8]
;;   50: mov rdi, r12
;;   53: call rax  ; references at sp+[0]
;;   55: mov eax, [rsp]
;;   58: mov rdi, r13
;;   5b: mov [rdi+0x50], eax
;;   5e: mov rbx, [rsp+0x10]
;;   63: mov r12, [rsp+0x18]
;;   68: mov r13, [rsp+0x20]
;;   6d: add rsp, 0x30
;;   71: mov rsp, rbp
;;   74: pop rbp
;;   75: ret
;;   76: mov rax, [rdi+0x10]
;;   7a: mov rax, [rax]
;;   7d: call rax  ; references at sp+[0]
;;   7f: jmp 0x2c
