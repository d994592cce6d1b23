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
;;   34: mov rdx, [rdi]
;;   37: mov rax, [rdx]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0x73
;;   46: xor eax, eax
;;   48: mov r8, [rdx]
;;   4b: cmp rcx, r8
;;   4e: jb 0x81
;;   54: mov r8, rsi
;;   57: sub r8d, 1
;;   5b: add eax, esi
;;   5d: test r8d, r8d
;;   60: je 0x6e
;;   66: mov rsi, r8
;;   69: jmp 0x48
;;   6e: mov rsp, rbp
;;   71: pop rbp
;;   72: ret
;;   73: mov rax, [rdi+0x10]
;;   77: mov rax, [rax]
;;   7a: call rax
;;   7c: jmp 0x46
;;   81: mov r8, [rdi+0x10]
;;   85: mov r8, [r8]
;;   88: call r8
;;   8b: jmp 0x54

;; func 1, frame of 0 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: mov r9, [rdi]
;;   17: mov r11, [r9]
;;   1a: mov r10, rsp
;;   1d: cmp r10, r11
;;   20: jb 0x37
;;   26: mov rax, [r9]
;;   29: cmp r10, rax
;;   2c: jb 0x45
;;   32: jmp 0x26
;;   37: mov rax, [rdi+0x10]
;;   3b: mov rax, [rax]
;;   3e: call rax
;;   40: jmp 0x26
;;   45: mov rax, [rdi+0x10]
;;   49: mov rax, [rax]
;;   4c: call rax
;;   4e: jmp 0x26
