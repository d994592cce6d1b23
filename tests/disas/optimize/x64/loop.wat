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
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rdx, [rdi]
;;    7: mov rax, [rdx]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x43
;;   16: xor eax, eax
;;   18: mov r8, [rdx]
;;   1b: cmp rcx, r8
;;   1e: jb 0x51
;;   24: mov r8, rsi
;;   27: sub r8d, 1
;;   2b: add eax, esi
;;   2d: test r8d, r8d
;;   30: je 0x3e
;;   36: mov rsi, r8
;;   39: jmp 0x18
;;   3e: mov rsp, rbp
;;   41: pop rbp
;;   42: ret
;;   43: mov rax, [rdi+0x10]
;;   47: mov rax, [rax]
;;   4a: call rax
;;   4c: jmp 0x16
;;   51: mov r8, [rdi+0x10]
;;   55: mov r8, [r8]
;;   58: call r8
;;   5b: jmp 0x24

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r11, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r11
;;   10: jb 0x27
;;   16: mov rax, [r9]
;;   19: cmp r10, rax
;;   1c: jb 0x35
;;   22: jmp 0x16
;;   27: mov rax, [rdi+0x10]
;;   2b: mov rax, [rax]
;;   2e: call rax
;;   30: jmp 0x16
;;   35: mov rax, [rdi+0x10]
;;   39: mov rax, [rax]
;;   3c: call rax
;;   3e: jmp 0x16
