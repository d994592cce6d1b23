(module
  (import "m" "g" (global $imported (mut i32)))
  (global $sp (mut i32) (i32.const 0))
  (func (result i32)
    (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
    (global.set $imported (global.get $sp))
    (global.get $imported)))

;; func 0, frame of 16 bytes
;;    1: push rbp
;;    2: mov rbp, rsp
;;    5: sub rsp, 0x10
;;    9: mov [rbp-8], r14
;;    d: mov r14, rdi
;;   10: mov eax, [r14+0x40]
;;   14: add eax, 0xfffffff0
;;   17: mov [r14+0x40], eax
;;   1b: mov eax, [r14+0x40]
;;   1f: mov r11, [r14+0x50]
;;   23: mov [r11], eax
;;   26: mov r11, [r14+0x50]
;;   2a: mov eax, [r11]
;;   2d: mov r11, [r14+0x28]
;;   31: sub dword ptr [r11], 1
;;   35: js 0x41
;;   3b: mov r14, [rbp-8]
;;   3f: leave
;;   40: ret
;;   41: push 0xffffffffffffffff
;;   43: mov r11, [r14+0x10]
;;   47: call qword ptr [r11+0x70]
;;   4b: jmp 0x3b
