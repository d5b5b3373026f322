import { defineConfig } from 'vite';
import { compressed } from './build/compressed.js';

export default defineConfig({
  build: {
    outDir: '../artifacts/web',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page allows no data: scripts, and a file of its own is cached for good.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
  },
  // The WebAssembly of ONNX Runtime stays a file of its own, which is fetched when a model is first needed.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser'] },
  worker: { format: 'es' },
  plugins: [compressed()],
});
