(module
  (import "m" "f" (func $f (param externref)))
  (global $g (mut externref) (ref.null extern))
  (func (param externref) (local externref)
    (local.set 1 (global.get $g))
    (call $f (local.get 0))
    (call $f (local.get 1))
    (global.set $g (local.get 0))))

;; func 0, frame of 32 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x20
;;    8: mov [rsp+0x10], rbx
;;    d: mov [rsp], esi
;;   10: mov rax, [rdi]
;;   13: mov rax, [rax]
;;   16: mov rcx, rsp
;;   19: cmp rcx, rax
;;   1c: jb 0x5e
;;   22: mov eax, [rdi+0x30]
;;   25: mov [rsp+8], eax
;;   29: mov rax, [rdi+0x40]
;;   2d: mov rcx, rdi
;;   30: mov rdi, [rcx+0x48]
;;   34: mov rbx, rcx
;;   37: mov esi, [rsp]
;;   3a: call rax  ; references at sp+[0, 8]
;;   3c: mov rax, [rbx+0x40]
;;   40: mov rdi, [rbx+0x48]
;;   44: mov esi, [rsp+8]
;;   48: call rax  ; references at sp+[0]
;;   4a: mov eax, [rsp]
;;   4d: mov [rbx+0x30], eax
;;   50: mov rbx, [rsp+0x10]
;;   55: add rsp, 0x20
;;   59: mov rsp, rbp
;;   5c: pop rbp
;;   5d: ret
;;   5e: mov rax, [rdi+0x10]
;;   62: mov rax, [rax]
;;   65: call rax  ; references at sp+[0]
;;   67: jmp 0x22
