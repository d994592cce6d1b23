(module
  (import "m" "g" (global $imported (mut i32)))
  (global $sp (mut i32) (i32.const 0))
  (func (result i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
    (global.set $imported (global.get $sp))
    (global.get $imported)))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x2a
;;   16: mov eax, [rdi+0x50]
;;   19: sub eax, 0x10
;;   1c: mov [rdi+0x50], eax
;;   1f: mov rcx, [rdi+0x60]
;;   23: mov [rcx], eax
;;   25: mov rsp, rbp
;;   28: pop rbp
;;   29: ret
;;   2a: mov rax, [rdi+0x10]
;;   2e: mov rax, [rax]
;;   31: call rax
;;   33: jmp 0x16
