(module
  (func (param i32) (result i32) (local i32)
    ;; Neither stores nor calls.
    loop
      local.get 1
      local.get 0
      i32.add
      local.set 1
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if 0
    end
    local.get 1)
  (func
    (loop (br 0))))

;; func 0, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rcx, [rdi]
;;   37: mov rax, [rcx]
;;   3a: mov rdx, rsp
;;   3d: cmp rdx, rax
;;   40: jb 0x72
;;   46: xor eax, eax
;;   48: mov rdx, [rcx]
;;   4b: cmp rdx, 0xffffffffffffffff
;;   4f: je 0x80
;;   55: mov rdx, rsi
;;   58: sub edx, 1
;;   5b: add eax, esi
;;   5d: test edx, edx
;;   5f: je 0x6d
;;   65: mov rsi, rdx
;;   68: jmp 0x48
;;   6d: mov rsp, rbp
;;   70: pop rbp
;;   71: ret
;;   72: mov rax, [rdi+0x10]
;;   76: mov rax, [rax]
;;   79: call rax
;;   7b: jmp 0x46
;;   80: mov rdx, [rdi+0x10]
;;   84: mov rdx, [rdx]
;;   87: call rdx
;;   89: jmp 0x55

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r10, [r9]
;;    a: mov r11, rsp
;;    d: cmp r11, r10
;;   10: jb 0x28
;;   16: mov rax, [r9]
;;   19: cmp rax, 0xffffffffffffffff
;;   1d: je 0x36
;;   23: jmp 0x16
;;   28: mov rax, [rdi+0x10]
;;   2c: mov rax, [rax]
;;   2f: call rax
;;   31: jmp 0x16
;;   36: mov rax, [rdi+0x10]
;;   3a: mov rax, [rax]
;;   3d: call rax
;;   3f: jmp 0x16
